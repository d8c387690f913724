using Kith.Node.Control;
using Kith.Tunnel;

namespace Kith.Node.Hosting;

/// <summary>Whether a node has a TUN device.</summary>
internal static class TunChoice
{
    /// <summary>Opens the device unless it is not wanted. Where this user or system can have none the node does without, unless somebody insists.</summary>
    /// <param name="isWanted">False where the user chose to do without.</param>
    /// <param name="isRequired">Whether the user asked for the device.</param>
    /// <param name="name">Its name.</param>
    /// <param name="open">Opens it.</param>
    /// <returns>The device, or why there is none although it was not refused.</returns>
    /// <exception cref="TunUnavailableException">It is required and cannot be had, or something else stands at its place.</exception>
    public static (TunDevice? Device, ControlException? Refusal) Open(bool? isWanted, bool isRequired, string name, Func<string, TunDevice> open)
    {
        if (isWanted == false)
        {
            return (null, null);
        }

        try
        {
            return (open(name), null);
        }
        catch (TunUnavailableException failure) when (!isRequired
            && failure.Reason is TunUnavailableReason.NoPermission or TunUnavailableReason.NoDevice or TunUnavailableReason.Unsupported)
        {
            return (null, FailureTranslation.TryTranslate(failure, out ControlException? told) ? told : null);
        }
    }
}
