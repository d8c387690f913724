using System.Collections.Concurrent;
using System.Net;
using Kith.Node;
using Kith.Node.Control;
using Kith.Protocol.Identity;
using Kith.Tests.Cli;

namespace Kith.Tests.Apps;

/// <summary>Devices of the network "home" in memory, each with a node to ask and a transport to dial with.</summary>
internal sealed class MemoryNetwork
{
    private static readonly NetworkId Home = new([.. Enumerable.Repeat((byte)7, 32)]);

    private readonly List<Device> _devices = [];

    /// <summary>Makes devices; their ids are in the order of their names. The first is an admin.</summary>
    public MemoryNetwork(params string[] names)
    {
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            _devices.Add(new Device(this, name, name == names[0] ? MemberRole.Admin : MemberRole.Member, (byte)(_devices.Count + 1)));
        }
    }

    public static string NetworkId => Home.ToString();

    public Device this[string name] => _devices.First(device => device.Name == name);

    internal sealed class Device : IKithTransport
    {
        private readonly MemoryNetwork _network;
        private readonly ConcurrentDictionary<string, MemoryKithListener> _listeners = new(StringComparer.Ordinal);

        public Device(MemoryNetwork network, string name, MemberRole role, byte number)
        {
            _network = network;
            Name = name;
            Role = role;
            Id = new NodeId([number, .. Enumerable.Repeat((byte)0, 31)]);
            Node = new FakeNode { OwnId = Id.ToString() };
            Refresh();
        }

        public string Name { get; }

        public MemberRole Role { get; }

        public NodeId Id { get; }

        public FakeNode Node { get; }

        public bool IsOnline { get; set; } = true;

        public IEnumerable<string> Listening => _listeners.Keys;

        /// <summary>Lets the node know who is there now.</summary>
        public FakeNode Refresh()
        {
            MemberStatus[] members = [.. _network._devices.Append(this).Distinct().Select(device => new MemberStatus(
                device.Id.ToString(), device.Name, device.Role, "fd00::" + device.Id.ToArray()[0], null, device.IsOnline, null, device == this ? PathStatus.Self : PathStatus.None))];
            Node.Networks = [new NetworkStatus(NetworkId, "home", Role, "fd00::1", null, 1, members)];
            return Node;
        }

        public ValueTask<KithStream> DialAsync(string device, int port, CancellationToken cancellationToken = default) => Dial(device, port.ToString(System.Globalization.CultureInfo.InvariantCulture));

        public ValueTask<KithStream> DialAsync(string device, string protocol, CancellationToken cancellationToken = default) => Dial(device, protocol);

        public ValueTask<KithListener> ListenAsync(int port, CancellationToken cancellationToken = default) =>
            Listen(port.ToString(System.Globalization.CultureInfo.InvariantCulture), port, null);

        public ValueTask<KithListener> ListenAsync(string protocol, CancellationToken cancellationToken = default) => Listen(protocol, 5485, protocol);

        private ValueTask<KithListener> Listen(string key, int port, string? protocol)
        {
            MemoryKithListener listener = new(port, protocol, listener => _listeners.TryRemove(new KeyValuePair<string, MemoryKithListener>(key, listener)));
            return _listeners.TryAdd(key, listener) ? ValueTask.FromResult<KithListener>(listener) : throw new ControlException(ControlError.PortInUse, $"{key} is taken.");
        }

        private ValueTask<KithStream> Dial(string text, string key)
        {
            MemberStatus member = DeviceLookup.Find(Refresh().Networks, text).Member;
            Device other = _network._devices.First(device => device.Id.ToString() == member.Id);
            if (!other.IsOnline || !IsOnline)
            {
                throw new ControlException(ControlError.DeviceOffline, $"{text} is away.");
            }

            if (!other._listeners.TryGetValue(key, out MemoryKithListener? listener))
            {
                throw new ControlException(ControlError.PortRefused, $"Nobody listens at {key} of {text}.");
            }

            (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
            listener.Offer(new MemoryKithStream(Describe(this), far));
            return ValueTask.FromResult<KithStream>(new MemoryKithStream(Describe(other), near));
        }

        private static KithPeer Describe(Device device) => new(device.Id, device.Name, Home, "home", device.Role, new IPEndPoint(IPAddress.IPv6Loopback, 1));
    }
}
