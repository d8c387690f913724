using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Kith.Protocol.Wire;

namespace Kith.Node.Resolving;

/// <summary>The name servers that this machine asks.</summary>
internal static class NameServers
{
    /// <summary>Servers that are used, as the C library does.</summary>
    public const int ServersMax = 3;

    private const string ResolvConf = "/etc/resolv.conf";
    private const int PortOfDns = 53;

    /// <summary>Reads them anew: networks come and go. Empty where none is configured.</summary>
    public static IReadOnlyList<IPEndPoint> Read()
    {
        try
        {
            return File.Exists(ResolvConf) ? Parse(File.ReadLines(ResolvConf)) : OfInterfaces();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NetworkInformationException)
        {
            return [];
        }
    }

    /// <summary>The <c>nameserver</c> lines of a resolv.conf; what is no address is passed over.</summary>
    public static IReadOnlyList<IPEndPoint> Parse(IEnumerable<string> lines) =>
    [
        .. lines.Take(1000)
            .Select(static line => line.Split(['#', ';'])[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words is ["nameserver", _, ..])
            .Select(static words => IPAddress.TryParse(words[1], out IPAddress? address) ? address : null)
            .OfType<IPAddress>()
            .Take(ServersMax)
            .Select(static address => new IPEndPoint(address, PortOfDns)),
    ];

    private static IReadOnlyList<IPEndPoint> OfInterfaces() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(static network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(static network => network.GetIPProperties().DnsAddresses)
            .Distinct()
            .Take(ServersMax)
            .Select(static address => new IPEndPoint(address, PortOfDns)),
    ];
}
