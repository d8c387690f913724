using System.Globalization;
using Kith.Apps.Services;
using Kith.Apps.Targets;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Exposing;

/// <summary>The services of a node, kept across restarts: serves them, changes them, and tells members what they may use. Thread-safe.</summary>
public sealed class ServiceHost : IServiceControl, IAsyncDisposable
{
    private readonly INodeControl _node;
    private readonly IKithTransport _transport;
    private readonly ServiceFile _file;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private ServiceTeller? _teller;
    private ServiceDoor? _door;
    private ControlException? _damage;

    private ServiceHost(INodeControl node, IKithTransport transport, string stateDirectory)
    {
        _node = node;
        _transport = transport;
        _file = new ServiceFile(stateDirectory);
    }

    /// <summary>Serves what the state directory holds. What cannot be served is told by <see cref="GetServicesAsync"/>, and does not keep the rest from it.</summary>
    public static async Task<ServiceHost> StartAsync(INodeControl node, IKithTransport transport, string stateDirectory, CancellationToken cancellationToken)
    {
        ServiceHost host = new(node, transport, stateDirectory);
        try
        {
            foreach (ExposedService service in host._file.Load())
            {
                host._entries[service.Name] = await host.TryServeAsync(service, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ControlException damage)
        {
            host._damage = damage;
        }

        host._teller = await ServiceTeller.StartAsync(transport, host.OfferedTo, cancellationToken).ConfigureAwait(false);
        host._door = await ServiceDoor.StartAsync(transport, host.FindFor, cancellationToken).ConfigureAwait(false);
        return host;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceStatus>> GetServicesAsync(CancellationToken cancellationToken)
    {
        ThrowIfDamaged();
        IReadOnlyList<NetworkStatus> networks = await _node.GetMembersAsync(null, cancellationToken).ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return [.. _entries.Values.Select(entry => Describe(entry, networks))];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ServiceStatus> ExposeAsync(ExposeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ThrowIfDamaged();
        IReadOnlyList<NetworkStatus> networks = await _node.GetMembersAsync(null, cancellationToken).ConfigureAwait(false);
        ExposedService service = ServiceRequests.ToService(request, networks);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _entries.TryGetValue(service.Name, out Entry? before);
            Entry? taken = _entries.Values.FirstOrDefault(entry => entry.Service.Port == service.Port && entry != before);
            if (taken is not null)
            {
                throw new ControlException(
                    ControlError.PortInUse,
                    string.Create(CultureInfo.InvariantCulture, $"Port {service.Port} is the service {taken.Service.Name} already."),
                    $"Stop that one first: kith expose --stop {taken.Service.Name}");
            }

            if (before is null && _entries.Count >= ExposedService.ServicesMax)
            {
                throw new ControlException(ControlError.LimitReached, $"This node exposes {ExposedService.ServicesMax} services already, the most there may be.", "Stop one first: kith expose --stop NAME");
            }

            if (before?.Server is not null)
            {
                await before.Server.DisposeAsync().ConfigureAwait(false);
            }

            try
            {
                ServiceServer server = await ServiceServer.StartAsync(_transport, service, cancellationToken).ConfigureAwait(false);
                await SaveOrStopAsync(_entries.Values.Where(entry => entry != before).Select(static entry => entry.Service).Append(service), server).ConfigureAwait(false);
                Entry added = new(service, server, null);
                _entries[service.Name] = added;
                return Describe(added, networks);
            }
            catch when (before is not null)
            {
                _entries[service.Name] = await TryServeAsync(before.Service, CancellationToken.None).ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ServiceStatus> UnexposeAsync(UnexposeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ThrowIfDamaged();
        IReadOnlyList<NetworkStatus> networks = await _node.GetMembersAsync(null, cancellationToken).ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Entry? entry = Find(request.Service);
            if (entry is null)
            {
                string names = string.Join(", ", _entries.Keys);
                throw new ControlException(
                    ControlError.UnknownService,
                    $"This device exposes no service {request.Service}.",
                    names.Length == 0 ? "It exposes none." : $"It exposes: {names}");
            }

            _file.Save([.. _entries.Values.Where(other => other != entry).Select(static other => other.Service)]);
            _entries.Remove(entry.Service.Name);
            if (entry.Server is not null)
            {
                await entry.Server.DisposeAsync().ConfigureAwait(false);
            }

            return Describe(entry, networks);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Serves no more. What is on disk stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_teller is not null)
        {
            await _teller.DisposeAsync().ConfigureAwait(false);
        }

        if (_door is not null)
        {
            await _door.DisposeAsync().ConfigureAwait(false);
        }

        foreach (Entry entry in _entries.Values)
        {
            if (entry.Server is not null)
            {
                await entry.Server.DisposeAsync().ConfigureAwait(false);
            }
        }

        _gate.Dispose();
    }

    private static ServiceStatus Describe(Entry entry, IReadOnlyList<NetworkStatus> networks) => ServiceRequests.Describe(entry.Service, networks, entry.Problem);

    private void ThrowIfDamaged()
    {
        if (_damage is not null)
        {
            throw new ControlException(_damage.Error, _damage.Message, _damage.Advice, _damage);
        }
    }

    private async Task<Entry> TryServeAsync(ExposedService service, CancellationToken cancellationToken)
    {
        try
        {
            return new Entry(service, await ServiceServer.StartAsync(_transport, service, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ControlException problem)
        {
            return new Entry(service, null, problem.Message);
        }
    }

    private async Task SaveOrStopAsync(IEnumerable<ExposedService> services, ServiceServer server)
    {
        try
        {
            _file.Save([.. services.OrderBy(static service => service.Name, StringComparer.Ordinal)]);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ServiceList> OfferedTo(KithPeer peer)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            return new ServiceList([.. _entries.Values
                .Where(entry => entry.Server is not null && entry.Service.Rule.Allows(peer))
                .Select(static entry => new OfferedService(entry.Service.Name, entry.Service.Port))]);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<ServiceServer?> FindFor(KithPeer peer, string service)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            return Find(service) is { Server: { } server } && server.Service.Rule.Allows(peer) ? server : null;
        }
        finally
        {
            _gate.Release();
        }
    }

    // By its name, or by its port in decimal; a name is never a number.
    private Entry? Find(string service) => _entries.Values.FirstOrDefault(entry =>
        entry.Service.Name == service || (DeviceTarget.TryParsePort(service, out int port) && entry.Service.Port == port));

    private sealed record Entry(ExposedService Service, ServiceServer? Server, string? Problem);
}
