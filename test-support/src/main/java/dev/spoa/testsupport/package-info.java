/**
 * What the tests of all modules share: {@link dev.spoa.testsupport.CountingLeakDetector} counts every buffer that Netty
 * tracks, and {@link dev.spoa.testsupport.NoLeaks} fails each test that leaves one open.
 */
package dev.spoa.testsupport;
