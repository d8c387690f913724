using Kith.Protocol.Core;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;

namespace Kith.Node.Hosting;

/// <summary>A picture of what the machine should see of the node: its addresses, and the names of all members.</summary>
/// <param name="Number">Pictures are numbered; a higher one replaces a lower.</param>
/// <param name="Addresses">The TUN device's addresses with the networks they lie in.</param>
/// <param name="Names">The names.</param>
internal sealed record OutsideState(long Number, IReadOnlyList<InternetPrefix> Addresses, NameTable Names)
{
    /// <summary>Takes the picture. On the core's loop.</summary>
    public static OutsideState Of(NodeCore core, long number)
    {
        List<InternetPrefix> addresses = [];
        List<NamedNetwork> networks = [];
        foreach (MembershipLog log in core.Networks.OrderBy(log => log.State.Name, StringComparer.Ordinal))
        {
            Member self = log.State.Members[core.Id];
            List<InternetAddress> own = [self.V6];
            List<InternetPrefix> prefixes = [new(VirtualAddress.PrefixV6(log.Id), VirtualAddress.V6PrefixBits)];
            addresses.Add(new InternetPrefix(self.V6, VirtualAddress.V6PrefixBits));
            if (!self.V4.IsNone)
            {
                own.Add(self.V4);
                addresses.Add(new InternetPrefix(self.V4, VirtualAddress.V4PrefixBits));
                prefixes.Add(new InternetPrefix(InternetAddress.FromV4(log.State.Ipv4Prefix), VirtualAddress.V4PrefixBits));
            }

            IEnumerable<NamedDevice> devices = log.State.Members.Values
                .OrderBy(member => member.Name, StringComparer.Ordinal)
                .Select(member => new NamedDevice(member.Name, member.V4.IsNone ? [member.V6] : [member.V6, member.V4]));
            networks.Add(new NamedNetwork(log.State.Name, prefixes, own, [.. devices]));
        }

        return new OutsideState(number, addresses, new NameTable(NameTable.DefaultSuffix, networks));
    }
}
