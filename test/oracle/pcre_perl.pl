# Reads lines of three hex strings (pattern, flags, subject) and prints for each whether the pattern matches the subject: 1 or 0.
use strict;
use warnings;
no warnings qw(regexp);

while (my $line = <STDIN>) {
  chomp $line;
  my ($pattern, $flags, $subject) = map { pack("H*", $_) } split(/ /, $line, -1);
  $pattern = "\\A(?:$pattern)" if $flags =~ s/A//;
  # /aa: bytes above 127 are neither letters nor spaces, as in PCRE's "C" locale.
  print $subject =~ /(?${flags}aa:$pattern)/ ? "1\n" : "0\n";
}
