using System.Text;

namespace Kith.Node.Control;

/// <summary>Where the control socket of a node lies.</summary>
public static class ControlSocketPath
{
    /// <summary>The name of the socket in the state directory.</summary>
    public const string FileName = "control.sock";

    /// <summary>
    /// The longest path of a socket in bytes. Linux has 108 for <c>sun_path</c> with its closing zero (unix(7)); eight are kept for the
    /// suffix of the name under which the socket is made before it gets its own.
    /// </summary>
    public const int BytesMax = 99;

    /// <summary>The socket's path for a state directory.</summary>
    /// <exception cref="ControlException"><see cref="ControlError.Usage"/>: the path is longer than the system allows.</exception>
    public static string For(string stateDirectory)
    {
        string path = Path.Combine(stateDirectory, FileName);
        int bytes = Encoding.UTF8.GetByteCount(path);
        return bytes <= BytesMax
            ? path
            : throw new ControlException(
                ControlError.Usage,
                $"The path of the state directory is too long: the socket in it would have {bytes} bytes, the system allows {BytesMax}.",
                "Choose a shorter one with --state DIR.");
    }
}
