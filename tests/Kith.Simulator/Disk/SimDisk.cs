using System.Diagnostics.CodeAnalysis;

namespace Kith.Simulator.Disk;

/// <summary>
/// A disk with files in one directory. Writes count only once they are synced, and names only once the directory is: a crash keeps some of what was not synced,
/// torn here and there. Can be full, can fail at any operation, and can lose power at any.
/// </summary>
internal sealed class SimDisk(SeededRandom random)
{
    private readonly List<(string Name, SimFile? File)> _pendingNames = [];
    private SortedDictionary<string, SimFile> _durableNames = new(StringComparer.Ordinal);
    private SortedDictionary<string, SimFile> _names = new(StringComparer.Ordinal);

    /// <summary>How many bytes all files together may hold.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>After how many more operations power is lost; negative for never.</summary>
    public int PowerCutIn { get; set; } = -1;

    /// <summary>The share of operations that fail with an error.</summary>
    public double ErrorShare { get; set; }

    /// <summary>Whether a crash keeps even what was not synced, as when a program is killed and its machine goes on.</summary>
    public bool KeepsUnsynced { get; set; }

    /// <summary>Operations that failed with an error.</summary>
    public long Errors { get; private set; }

    /// <summary>Operations done so far.</summary>
    public long Operations { get; private set; }

    /// <summary>The names of all files, in order.</summary>
    public IReadOnlyList<string> Names => [.. _names.Keys];

    /// <summary>Bytes in all files.</summary>
    public long UsedBytes => _names.Values.Sum(file => (long)file.Content.Length);

    /// <summary>Reads a file.</summary>
    public bool TryRead(string name, [NotNullWhen(true)] out byte[]? content)
    {
        content = _names.TryGetValue(name, out SimFile? file) ? file.Content : null;
        return content is not null;
    }

    /// <summary>Reads a file as a program does that can be told of an error.</summary>
    /// <exception cref="DiskErrorException">It could not be read.</exception>
    public byte[] Read(string name)
    {
        MayFail();
        return _names[name].Content;
    }

    /// <summary>How long a file is.</summary>
    public long LengthOf(string name) => _names[name].Content.Length;

    /// <summary>Appends to a file, making it if it is not there.</summary>
    /// <exception cref="DiskFullException">There was room for a part at most.</exception>
    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        Step();
        SimFile file = Open(name);
        Write(file, file.Content.Length, bytes);
    }

    /// <summary>Writes somewhere in a file.</summary>
    /// <exception cref="DiskFullException">There was room for a part at most.</exception>
    /// <exception cref="DiskErrorException">A part was written at most.</exception>
    public void Write(string name, int offset, ReadOnlySpan<byte> bytes)
    {
        Step();
        Write(Open(name), offset, bytes);
    }

    /// <summary>Cuts a file.</summary>
    public void Truncate(string name, int length)
    {
        Step();
        MayFail();
        Open(name).Truncate(length);
    }

    /// <summary>Makes a file's content durable; its name is another matter.</summary>
    public void Sync(string name)
    {
        Step();
        SimFile file = Open(name);
        if (Fails())
        {
            file.FailSync();
            throw new DiskErrorException();
        }

        file.Sync();
    }

    /// <summary>Gives a file another name, whose old file is gone.</summary>
    public void Rename(string from, string to)
    {
        Step();
        MayFail();
        SimFile file = _names[from];
        Name(from, null);
        Name(to, file);
    }

    /// <summary>Removes a file.</summary>
    public void Delete(string name)
    {
        Step();
        MayFail();
        if (_names.ContainsKey(name))
        {
            Name(name, null);
        }
    }

    /// <summary>Makes names durable.</summary>
    public void SyncDirectory()
    {
        Step();
        MayFail();
        _durableNames = new SortedDictionary<string, SimFile>(_names, StringComparer.Ordinal);
        _pendingNames.Clear();
    }

    /// <summary>Power is back: what is there now is what there is.</summary>
    public void Crash()
    {
        PowerCutIn = -1;
        if (KeepsUnsynced)
        {
            return;
        }

        int kept = random.NextBelow(_pendingNames.Count + 1);
        foreach ((string name, SimFile? file) in _pendingNames.Take(kept))
        {
            Set(_durableNames, name, file);
        }

        foreach (SimFile file in _durableNames.Values)
        {
            file.Crash(random);
        }

        _names = new SortedDictionary<string, SimFile>(_durableNames, StringComparer.Ordinal);
        _pendingNames.Clear();
    }

    private static void Set(SortedDictionary<string, SimFile> names, string name, SimFile? file)
    {
        if (file is null)
        {
            names.Remove(name);
        }
        else
        {
            names[name] = file;
        }
    }

    private SimFile Open(string name)
    {
        if (!_names.TryGetValue(name, out SimFile? file))
        {
            file = new SimFile();
            Name(name, file);
        }

        return file;
    }

    private void Name(string name, SimFile? file)
    {
        Set(_names, name, file);
        _pendingNames.Add((name, file));
    }

    private void Write(SimFile file, int offset, ReadOnlySpan<byte> bytes)
    {
        if (Fails())
        {
            int sectors = random.NextBelow(((offset + bytes.Length) / SimFile.SectorBytes) - (offset / SimFile.SectorBytes) + 1);
            int written = sectors == 0 ? 0 : ((((offset / SimFile.SectorBytes) + sectors) * SimFile.SectorBytes) - offset);
            file.Write(offset, bytes[..written]);
            throw new DiskErrorException();
        }

        long room = CapacityBytes - UsedBytes;
        int fits = (int)Math.Clamp(room + file.Content.Length - offset, 0, bytes.Length);
        file.Write(offset, bytes[..fits]);
        if (fits < bytes.Length)
        {
            throw new DiskFullException();
        }
    }

    private void MayFail()
    {
        if (Fails())
        {
            throw new DiskErrorException();
        }
    }

    private bool Fails()
    {
        bool fails = random.Happens(ErrorShare);
        Errors += fails ? 1 : 0;
        return fails;
    }

    private void Step()
    {
        Operations++;
        if (PowerCutIn >= 0 && PowerCutIn-- == 0)
        {
            throw new PowerCutException();
        }
    }
}
