using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Wire;

namespace Kith.Protocol.Core;

/// <summary>A member as applications meet it: who it is, in which network, and which of this device's addresses talks to it.</summary>
/// <param name="Network">The network's statements.</param>
/// <param name="Member">The device in it.</param>
/// <param name="Local">This device's address in that network, of the same family.</param>
public readonly record struct ApplicationPlace(MembershipLog Network, Member Member, InternetAddress Local)
{
    /// <summary>The device.</summary>
    public NodeId Id => Member.Id;
}
