using System.Globalization;
using Kith.Apps.Targets;
using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>Turns what a user asks for into a service, and a service into what a user is shown.</summary>
internal static class ServiceRequests
{
    private const string Admins = "admin";
    private const string Members = "member";

    /// <summary>The service that is meant.</summary>
    /// <exception cref="ControlException">It names a device, network or role that there is not, or the name is none.</exception>
    public static ExposedService ToService(ExposeRequest request, IReadOnlyList<NetworkStatus> networks)
    {
        string name = request.Name ?? ServiceName.OfPort(request.Port);
        if (!ServiceName.IsValid(name))
        {
            throw new ControlException(
                ControlError.NameInvalid,
                $"'{name}' is no name for a service.",
                $"Use 1 to {ServiceName.CharactersMax} of a-z, 0-9 and '-', not digits alone.");
        }

        ExposedService service = new(name, request.Port, request.Host, request.HostPort, ToRule(request, networks));
        return service.IsValid()
            ? service
            : throw new ControlException(ControlError.Usage, "Ports are 1 to 65535, and at most 64 devices can be named.", "Example: kith expose 8080 --as web --to laptop");
    }

    /// <summary>What a user is shown.</summary>
    public static ServiceStatus Describe(ExposedService service, IReadOnlyList<NetworkStatus> networks, string? problem)
    {
        string? network = service.Rule.Network is { } id ? networks.FirstOrDefault(candidate => candidate.Id == id)?.Name ?? id : null;
        List<string> to = service.Rule.IsForEverybody ? ["everybody"] : service.Rule.Admins ? ["admins"] : [];
        foreach (string device in service.Rule.Devices)
        {
            string? name = networks.SelectMany(static candidate => candidate.Members.Select(member => (candidate, member)))
                .Where(pair => pair.member.Id == device)
                .Select(static pair => $"{pair.member.Name}.{pair.candidate.Name}")
                .FirstOrDefault();
            to.Add(name ?? device);
        }

        string host = service.Host.Contains(':', StringComparison.Ordinal) ? $"[{service.Host}]" : service.Host;
        return new ServiceStatus(service.Name, service.Port, string.Create(CultureInfo.InvariantCulture, $"{host}:{service.HostPort}"), network, to, problem);
    }

    private static ServiceRule ToRule(ExposeRequest request, IReadOnlyList<NetworkStatus> networks)
    {
        bool everybody = request.To.Count == 0 || request.To.Contains(Members, StringComparer.Ordinal);
        bool admins = request.To.Contains(Admins, StringComparer.Ordinal);
        string[] devices = everybody
            ? []
            : [.. request.To.Where(static who => who != Admins).Select(who => DeviceLookup.Find(networks, who, request.Network).Member.Id).Distinct(StringComparer.Ordinal)];

        // "Everybody" must not come to mean another network's members, too: there the network has to be named.
        string? network = request.Network is not null || everybody || admins ? NetworkLookup.Find(networks, request.Network).Id : null;
        return new ServiceRule(network, devices, admins && !everybody);
    }
}
