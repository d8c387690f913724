using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Node.Storage;

/// <summary>The node's key on disk: mode 0600, written atomically, never replaced.</summary>
internal static class NodeKeyFile
{
    private const int ContentBytes = NodeKey.SeedBytes + NodeId.Length;

    private static ReadOnlySpan<byte> Kind => "KithKey\x01"u8;

    /// <summary>Reads the node's key, or draws and keeps a new one where there is none.</summary>
    /// <exception cref="StateDamagedException">The file is not as it was written; it is left as it is.</exception>
    /// <exception cref="StateNotWritableException">A new key could not be kept.</exception>
    public static NodeKey LoadOrCreate(StateDirectory directory, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return TryLoad(directory.NodeKeyPath, out NodeKey? key) ? key : Create(directory.NodeKeyPath, random);
    }

    /// <summary>Reads a node's key without holding its state directory, as <c>kith id</c> does; false if there is none.</summary>
    /// <exception cref="StateDamagedException">The file is not as it was written; it is left as it is.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static bool TryLoad(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NodeKey? key)
    {
        key = null;
        if (!AtomicFile.TryRead(path, Kind, ContentBytes, out byte[]? content))
        {
            return false;
        }

        if (content.Length != ContentBytes)
        {
            throw new StateDamagedException(path, "it is too short");
        }

        NodeKey loaded = NodeKey.FromSeed(content.AsSpan(0, NodeKey.SeedBytes));
        NodeId kept = new(content.AsSpan(NodeKey.SeedBytes));
        Array.Clear(content);
        if (loaded.Id != kept)
        {
            loaded.Dispose();
            throw new StateDamagedException(path, "its two halves do not belong together");
        }

        key = loaded;
        return true;
    }

    private static NodeKey Create(string path, RandomSource random)
    {
        NodeKey key = NodeKey.Generate(random);
        byte[] content = new byte[ContentBytes];
        key.CopySeed(content.AsSpan(0, NodeKey.SeedBytes));
        key.Id.WriteTo(content.AsSpan(NodeKey.SeedBytes));
        try
        {
            AtomicFile.Replace(path, Kind, content);
            return key;
        }
        catch (Exception error) when (StorageErrors.IsStorage(error))
        {
            key.Dispose();
            throw new StateNotWritableException(path, error.Message.TrimEnd('.'), error);
        }
        finally
        {
            Array.Clear(content);
        }
    }
}
