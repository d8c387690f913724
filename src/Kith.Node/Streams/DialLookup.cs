using Kith.Protocol.Core;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Node.Streams;

/// <summary>Finds the device that a dialler names. Plain cases are decided without a description of everything; what is left is up to the rules of every command.</summary>
internal static class DialLookup
{
    private const string Suffix = ".kith";

    /// <summary>Finds it; on the loop.</summary>
    /// <exception cref="Control.ControlException">There is none, or several.</exception>
    public static (MembershipLog Network, Member Member) Find(NodeCore core, ClockReading now, string device)
    {
        string text = device.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? device[..^Suffix.Length] : device;
        int dot = text.LastIndexOf('.');
        bool isAddress = InternetAddress.TryParse(device, out InternetAddress address);
        if (isAddress && core.TryFindMember(address, out ApplicationPlace place))
        {
            return (place.Network, place.Member);
        }

        MembershipLog? network = null;
        Member? member = null;
        foreach (MembershipLog log in isAddress ? [] : core.Networks)
        {
            ReadOnlySpan<char> name = text;
            if (dot > 0)
            {
                if (!name[(dot + 1)..].Equals(log.State.Name, StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                name = name[..dot];
            }

            foreach (Member candidate in log.State.Members.Values)
            {
                if (name.Equals(candidate.Name, StringComparison.OrdinalIgnoreCase))
                {
                    if (member is not null && member.Id != candidate.Id)
                    {
                        return KithNode.FindDevice(core, now, device, null, oneNetwork: false);
                    }

                    network ??= log;
                    member ??= candidate;
                }
            }
        }

        return member is null ? KithNode.FindDevice(core, now, device, null, oneNetwork: false) : (network!, member);
    }
}
