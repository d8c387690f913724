using Kith.Apps.Sending.Wire;
using Kith.Node.Control;
using Kith.Tunnel.Files;

namespace Kith.Apps.Sending.Incoming;

/// <summary>The folder that receives: found out before anything is sent whether it can.</summary>
internal static class TargetFolder
{
    private const string ProbeName = EntryName.PartialPrefix + "probe" + EntryName.PartialSuffix;

    /// <summary>Makes the folder if it is missing, opens it, and keeps other receivers out of it.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.TargetNotWritable"/> or <see cref="ControlError.TargetFull"/>.</exception>
    public static RootedDirectory Open(string path)
    {
        string shown = Printable.Of(path);
        RootedDirectory? target = null;
        try
        {
            Directory.CreateDirectory(path);
            target = RootedDirectory.Open(path);
            PartialStore.CreateAnew(target, ProbeName).Dispose();
            target.Remove(ProbeName);
            return target.TryLock()
                ? target
                : throw new ControlException(
                    ControlError.TargetNotWritable,
                    $"Another kith receive writes into {shown} already.",
                    "End that one, or receive into another folder with --to DIR.");
        }
        catch (Exception error) when (DiskTrouble.IsOfDisk(error) || error is ControlException)
        {
            target?.Dispose();
            throw error switch
            {
                ControlException already => already,
                _ when DiskTrouble.IsFull(error) => new ControlException(ControlError.TargetFull, $"The disk of {shown} is full.", "Make room, or receive into another folder with --to DIR.", error),
                _ => new ControlException(
                    ControlError.TargetNotWritable,
                    $"Nothing can be written into {shown}: {DiskTrouble.Describe(error)}.",
                    "Receive into another folder with --to DIR.",
                    error),
            };
        }
    }
}
