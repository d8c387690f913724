namespace Kith.Node.Control;

/// <summary>A TXT record; what `kith dns-record --json` prints.</summary>
/// <param name="Name">The name it belongs under, with <c>_kith</c> and without a dot at the end.</param>
/// <param name="Type">Always <c>TXT</c>.</param>
/// <param name="TimeToLiveSeconds">For how long resolvers should keep it.</param>
/// <param name="Strings">Its strings, at most 255 characters each. Put together they are the record; most providers take it as one text.</param>
/// <param name="Network">The name of the network whose members, or whose invite's holders, can read it.</param>
/// <param name="Endpoints">Where it says this device is reached from outside; empty where it says nothing of use there.</param>
public sealed record DnsRecordResult(string Name, string Type, int TimeToLiveSeconds, IReadOnlyList<string> Strings, string Network, IReadOnlyList<string> Endpoints);
