using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Kith.Fuzz.Memory;

/// <summary>
/// Where a worker's input lies, so that it can be read after a guard page has ended the process: a file with the memory, and a second one that says which target runs
/// and where in the memory its input is.
/// </summary>
internal sealed unsafe class CrashFile : IDisposable
{
    private const int NoteBytes = 4096;
    private const int NameOffset = 8;

    private readonly FileStream _input;
    private readonly MemoryMappedFile _note;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int* _place;

    public CrashFile(string directory, int worker)
    {
        _input = new FileStream(InputPath(directory, worker), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        _note = MemoryMappedFile.CreateFromFile(NotePath(directory, worker), FileMode.Create, null, NoteBytes);
        _view = _note.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _place = (int*)start;
    }

    /// <summary>The file's number, after it has been given its length.</summary>
    public int SetLength(int length)
    {
        _input.SetLength(length);
        return (int)_input.SafeFileHandle.DangerousGetHandle();
    }

    /// <summary>Says which target runs from now on.</summary>
    public void Begin(string target)
    {
        Span<byte> name = new((byte*)_place + NameOffset, NoteBytes - NameOffset);
        name.Clear();
        FuzzText.Bytes(target).CopyTo(name);
    }

    /// <summary>Says where the input lies.</summary>
    public void Place(int offset, int length)
    {
        _place[0] = offset;
        _place[1] = length;
    }

    /// <summary>What a worker of an ended process was doing: its target and input; null if it had not begun.</summary>
    public static (string Target, byte[] Input)? Read(string directory, int worker)
    {
        if (!File.Exists(NotePath(directory, worker)))
        {
            return null;
        }

        ReadOnlySpan<byte> note = File.ReadAllBytes(NotePath(directory, worker));
        ReadOnlySpan<int> place = MemoryMarshal.Cast<byte, int>(note[..NameOffset]);
        byte[] memory = File.ReadAllBytes(InputPath(directory, worker));
        string target = FuzzText.Text(note[NameOffset..]).TrimEnd('\0');
        return target.Length > 0 && place[0] + place[1] <= memory.Length ? (target, memory.AsSpan(place[0], place[1]).ToArray()) : null;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _note.Dispose();
        _input.Dispose();
    }

    private static string InputPath(string directory, int worker) => Path.Combine(directory, $"{worker}.input");

    private static string NotePath(string directory, int worker) => Path.Combine(directory, $"{worker}.note");
}
