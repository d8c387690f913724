using System.Runtime.InteropServices;
using Kith.Tunnel.Ciphers;

namespace Kith.Tunnel.Threads;

/// <summary>One blocking thread of the fast path with what belongs to it alone: cipher, counters, buffers.</summary>
internal abstract unsafe class FastPathThread : IDisposable
{
    private readonly Thread _thread;
    private readonly byte* _memory;
    private volatile string? _fault;

    protected FastPathThread(FastPathState state, string name, int bufferBytes)
    {
        State = state;
        Cipher = PacketCipher.Create(state.Options.UseVectorCipher);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)bufferBytes, 64);
        NativeMemory.Clear(_memory, (nuint)bufferBytes);
        _thread = new Thread(Run, 256 << 10) { IsBackground = true, Name = name };
    }

    /// <summary>What this thread has counted.</summary>
    public ThreadCounters Counters { get; } = new();

    /// <summary>The cipher's name, for the report.</summary>
    public string CipherName => Cipher.Name;

    /// <summary>The last exception that a batch ended with, which is a defect; the thread goes on.</summary>
    public string? Fault => _fault;

    /// <summary>Whether the thread has run to its end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What all threads share.</summary>
    protected FastPathState State { get; }

    /// <summary>This thread's cipher.</summary>
    protected PacketCipher Cipher { get; }

    /// <summary>This thread's memory, aligned to 64 bytes.</summary>
    protected byte* Memory => _memory;

    /// <summary>Overwrites what the cipher remembers of keys; from any thread, until this is disposed.</summary>
    public void ForgetKeys() => Cipher.Forget();

    public void Start() => _thread.Start();

    /// <summary>Waits for the thread, if it was started; whoever calls has woken it.</summary>
    public void Join()
    {
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted) is false)
        {
            _thread.Join();
        }
    }

    public void Dispose()
    {
        Join();
        Release();
        Cipher.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    /// <summary>Waits for one batch and deals with it; false at the end.</summary>
    protected abstract bool RunOnce();

    /// <summary>Lets go of what else the thread holds, after its end.</summary>
    protected virtual void Release()
    {
    }

    private void Run()
    {
        while (!State.IsStopping)
        {
            try
            {
                if (!RunOnce())
                {
                    HasEnded = true;
                    return;
                }
            }
#pragma warning disable CA1031 // One defect must not take the machine's network away; it is kept for the report.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _fault = exception.ToString();
            }
        }
    }
}
