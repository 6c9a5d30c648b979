# Opens as many TCP sockets on the loopback address as the first argument says, and prints their ports. For each line that
# comes in it starts the command of the other arguments with these sockets as descriptors 3 and following, as a service
# manager does, and prints the process's id. A line may set variables of its environment, NAME=VALUE; with BLOCKING=1 the
# sockets are blocking ones. At the end of its input it ends them all.
use strict;
use warnings;
use IO::Socket::INET;
use POSIX ();

$| = 1;
my $number = shift @ARGV;
$^F = 2 + $number;    # descriptors up to this one are passed on
$SIG{CHLD} = 'IGNORE';
my @sockets;
for (1 .. $number) {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 4096, Proto => 'tcp')
        or die "no socket: $@";
    push @sockets, $socket;
    print 'port ', $socket->sockport, "\n";
}

my @started;
while (defined(my $line = <STDIN>)) {
    my $pid = fork();
    die "no process: $!" unless defined $pid;
    if ($pid == 0) {
        $ENV{LISTEN_PID} = $$;
        $ENV{LISTEN_FDS} = $number;
        $ENV{$1} = $2 while $line =~ /(\w+)=(\S*)/g;
        my $descriptor = 3;
        for my $socket (@sockets) {
            $socket->blocking($ENV{BLOCKING} ? 1 : 0);
            POSIX::dup2(fileno($socket), $descriptor) or die "no descriptor $descriptor: $!"
                if fileno($socket) != $descriptor;
            $descriptor++;
        }
        open(STDIN, '<', '/dev/null') or die "no /dev/null: $!";
        exec @ARGV or die "cannot start $ARGV[0]: $!";
    }
    push @started, $pid;
    print "pid $pid\n";
}
kill 'TERM', @started;
