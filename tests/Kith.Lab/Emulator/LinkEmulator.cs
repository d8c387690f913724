using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kith.Lab.Emulator;

/// <summary>
/// Carries frames between two interfaces on a thread of its own, each direction under its own conditions. Accurate to a fraction of a
/// millisecond on an idle machine. Conditions may be changed at any time from any thread; frames already under way keep theirs.
/// </summary>
internal sealed unsafe partial class LinkEmulator : IDisposable
{
    /// <summary>Frames under way in both directions together; more are dropped.</summary>
    public const int FramesMax = 100_000;

    /// <summary>Frames taken from one side before due ones are sent.</summary>
    private const int BatchMax = 64;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly Side[] _sides;
    private readonly PriorityQueue<Frame, (long Due, long Order)> _underWay = new();
    private readonly Thread _thread;
    private long _order;
    private volatile bool _stopping;

    /// <summary>Starts to carry frames; takes ownership of the sockets.</summary>
    public LinkEmulator(PacketSocket a, PacketSocket b, LinkConditions conditions, int seed)
    {
        _sides = [new Side(a, new LinkModel(seed), conditions), new Side(b, new LinkModel(seed + 1), conditions)];
        _thread = new Thread(Carry) { IsBackground = true, Name = "lab-link", Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    /// <summary>Conditions for frames that enter at the first interface.</summary>
    public LinkConditions Forward
    {
        get => _sides[0].Conditions;
        set => _sides[0].Conditions = value;
    }

    /// <summary>Conditions for frames that enter at the second interface.</summary>
    public LinkConditions Backward
    {
        get => _sides[1].Conditions;
        set => _sides[1].Conditions = value;
    }

    /// <summary>What has been carried and lost so far, forward and backward.</summary>
    public override string ToString() => $"forward {_sides[0]}; backward {_sides[1]}";

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        foreach (Side side in _sides)
        {
            side.Socket.Dispose();
        }
    }

    private static long Now() => Stopwatch.GetElapsedTime(0).Ticks;

    private void Carry()
    {
        // Without this the kernel may add 50 µs to every wait (prctl PR_SET_TIMERSLACK).
        _ = ProcessControl(29, 1, 0, 0, 0);
        byte[] buffer = new byte[PacketSocket.FrameBytesMax];
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        while (!_stopping)
        {
            for (int index = 0; index < 2; index++)
            {
                descriptors[index] = new PollDescriptor { Descriptor = _sides[index].Socket.Descriptor, Events = 1 };
            }

            TimeSpecification wait = Until(_underWay.TryPeek(out _, out (long Due, long Order) next) ? next.Due : long.MaxValue);
            _ = Poll(descriptors, 2, &wait, null);
            Take(0, buffer);
            Take(1, buffer);
            Deliver();
        }
    }

    private void Take(int from, byte[] buffer)
    {
        Side side = _sides[from];
        for (int count = 0; count < BatchMax; count++)
        {
            int bytes = side.Socket.Receive(buffer);
            if (bytes <= PacketSocket.HeaderBytes)
            {
                return;
            }

            side.Received++;
            int copies = side.Model.Handle(Now(), bytes - PacketSocket.HeaderBytes, side.Conditions, out long arrival);
            for (int copy = 0; copy < copies && _underWay.Count < FramesMax; copy++)
            {
                byte[] kept = ArrayPool<byte>.Shared.Rent(bytes);
                buffer.AsSpan(0, bytes).CopyTo(kept);
                _underWay.Enqueue(new Frame(kept, bytes, 1 - from), (arrival, _order++));
            }
        }
    }

    private void Deliver()
    {
        while (_underWay.TryPeek(out Frame frame, out (long Due, long Order) when) && when.Due <= Now())
        {
            _underWay.Dequeue();
            Side to = _sides[frame.To];
            if (to.Socket.Send(frame.Bytes.AsSpan(0, frame.Length)))
            {
                _sides[1 - frame.To].Delivered++;
            }

            ArrayPool<byte>.Shared.Return(frame.Bytes);
        }
    }

    private static TimeSpecification Until(long due)
    {
        long ticks = due == long.MaxValue ? LongestWait.Ticks : Math.Clamp(due - Now(), 0, LongestWait.Ticks);
        return new TimeSpecification { Nanoseconds = ticks * 100 };
    }

    [LibraryImport("libc", EntryPoint = "ppoll")]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, TimeSpecification* wait, void* signals);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint first, nuint second, nuint third, nuint fourth);

    private readonly record struct Frame(byte[] Bytes, int Length, int To);

    // struct pollfd
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    // struct timespec
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private sealed class Side(PacketSocket socket, LinkModel model, LinkConditions conditions)
    {
        private volatile LinkConditions conditions = conditions;

        public PacketSocket Socket => socket;

        public LinkModel Model => model;

        public LinkConditions Conditions
        {
            get => conditions;
            set => conditions = value;
        }

        public long Received { get; set; }

        public long Delivered { get; set; }

        public override string ToString() => $"{Received} in, {Delivered} out, {model.Lost} lost, {model.Overflowed} overflowed";
    }
}
