using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Measuring;

namespace TrainingThroughput.Measurements;

/// <summary>
/// What a second thread gains on this machine where the threads share nothing: multiply-adds in registers, and reads of random lines of
/// memory. The same work by one thread, by the time that two take for half of it each.
/// </summary>
internal sealed unsafe class MachineThreads(ThroughputContext context) : IDisposable
{
    private const int Operations = 4_000_000, Reads = 500_000, Ahead = 16, Line = 64;
    private const int MemoryBytes = 1 << 30;

    // What was computed is used, or it would not be computed.
    private static long _sum;

    private readonly ThreadPair _pair = new();

    public void Run(string name)
    {
        Print(name + ".of_arithmetic", MultiplyAdd, Operations);
        var memory = GC.AllocateUninitializedArray<byte>(MemoryBytes, pinned: true);
        memory.AsSpan().Fill(1);
        Print(name + ".of_random_reads", (count, seed) => Read(memory, count, seed), Reads);
    }

    public void Dispose() => _pair.Dispose();

    private void Print(string name, Action<int, int> work, int count)
    {
        var ratios = new List<double>();
        for (var round = 0; round <= context.Settings.Rounds; round++)
        {
            var (one, two) = (0.0, 0.0);
            for (var turn = 2 * round; turn < 2 * round + 2; turn++)
            {
                var seed = turn;
                one += Interleaved.Time(() => work(count, seed));
                two += _pair.Time(() => work(count / 2, seed), () => work(count / 2, ~seed));
            }
            // The first round warms up.
            if (round > 0) ratios.Add(one / two);
        }
        context.Report.Print(name, Interleaved.Median(ratios));
    }

    // Eight chains keep the units busy.
    private static void MultiplyAdd(int count, int seed)
    {
        var factor = Vector256.Create(0.999f + seed * 1e-9f);
        Vector256<float> a = factor, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        for (var i = 0; i < count; i++)
        {
            a = Vector256.FusedMultiplyAdd(a, factor, factor);
            b = Vector256.FusedMultiplyAdd(b, factor, factor);
            c = Vector256.FusedMultiplyAdd(c, factor, factor);
            d = Vector256.FusedMultiplyAdd(d, factor, factor);
            e = Vector256.FusedMultiplyAdd(e, factor, factor);
            f = Vector256.FusedMultiplyAdd(f, factor, factor);
            g = Vector256.FusedMultiplyAdd(g, factor, factor);
            h = Vector256.FusedMultiplyAdd(h, factor, factor);
        }
        Interlocked.Add(ref _sum, (long)(a + b + c + d + e + f + g + h)[0]);
    }

    private static void Read(byte[] memory, int count, int seed)
    {
        Span<int> places = stackalloc int[Ahead];
        var (state, sum) = ((ulong)seed, 0L);
        fixed (byte* first = memory)
        {
            for (var i = 0; i < count + Ahead; i++)
            {
                ref var place = ref places[i % Ahead];
                if (i >= Ahead) sum += first[place];
                // Knuth's generator (MMIX).
                state = state * 6364136223846793005 + 1442695040888963407;
                place = (int)(state >> 34) / Line * Line;
                if (Sse.IsSupported) Sse.Prefetch0(first + place);
            }
        }
        Interlocked.Add(ref _sum, sum);
    }
}
