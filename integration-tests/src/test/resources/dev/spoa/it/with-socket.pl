# Opens a TCP socket on the loopback address and prints its port. For each line that comes in it starts the command of its
# arguments with that socket as descriptor 3, as a service manager does, and prints the process's id. At the end of its
# input it ends them all.
use strict;
use warnings;
use IO::Socket::INET;
use POSIX ();

$| = 1;
$^F = 3;    # descriptors up to this one are passed on
$SIG{CHLD} = 'IGNORE';
my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 4096, Proto => 'tcp')
    or die "no socket: $@";
$socket->blocking(0);
print 'port ', $socket->sockport, "\n";

my @started;
while (defined(my $line = <STDIN>)) {
    my $pid = fork();
    die "no process: $!" unless defined $pid;
    if ($pid == 0) {
        POSIX::dup2(fileno($socket), 3) or die "no descriptor 3: $!" if fileno($socket) != 3;
        open(STDIN, '<', '/dev/null') or die "no /dev/null: $!";
        $ENV{LISTEN_PID} = $$;
        $ENV{LISTEN_FDS} = 1;
        exec @ARGV or die "cannot start $ARGV[0]: $!";
    }
    push @started, $pid;
    print "pid $pid\n";
}
kill 'TERM', @started;
