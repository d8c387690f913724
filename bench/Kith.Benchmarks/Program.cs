using Kith.Benchmarks;
using Kith.Benchmarks.Netstack;
using Kith.Benchmarks.Throughput;

return args switch
{
    ["tunnel", .. string[] rest] => StaticTunnel.Run(rest),
    ["ciphers"] => CipherSpeed.Run(),
    ["handshake"] => HandshakeBenchmark.Run(),
    ["netstack", .. string[] rest] => StackSpeed.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Kith.Benchmarks COMMAND");
    Console.Error.WriteLine("  " + StaticTunnel.Usage);
    Console.Error.WriteLine("  " + CipherSpeed.Usage);
    Console.Error.WriteLine("  " + HandshakeBenchmark.Usage);
    Console.Error.WriteLine("  " + StackSpeed.Usage);
    return 2;
}
