namespace Monolith.Embeddings.TestKit.Support;

/// <summary>Throws where a rule does not hold.</summary>
internal static class Expect
{
    public static void That(bool holds, string violation)
    {
        if (!holds) throw new ContractViolationException(violation);
    }

    /// <summary>Expects the same bits: +0 and -0 differ, and NaN equals itself.</summary>
    public static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            That(BitConverter.SingleToUInt32Bits(expected[i]) == BitConverter.SingleToUInt32Bits(actual[i]),
                $"{what}: {expected[i]:R} was expected at place {i}, but it is {actual[i]:R}");
        }
    }

    public static void AllFinite(ReadOnlySpan<float> values, string what)
    {
        for (var i = 0; i < values.Length; i++)
            That(float.IsFinite(values[i]), $"{what}: a finite number was expected at place {i}, but it is {values[i]:R}");
    }

    public static void Same<T>(T expected, T actual, string what) =>
        That(EqualityComparer<T>.Default.Equals(expected, actual), $"{what}: {expected} was expected, but it is {actual}");

    public static void SameAnswers<T>(IReadOnlyList<T> expected, IReadOnlyList<T> actual, string what)
    {
        for (var i = 0; i < expected.Count; i++) Same(expected[i], actual[i], $"{what}, question {i}");
    }

    /// <summary>Expects that an action, run often enough to be compiled before, takes no managed memory.</summary>
    public static void NothingAllocated(Action action) => AllocatedAtMost(0, action);

    /// <summary>Expects that an action, run often enough to be compiled before, takes no more managed memory.</summary>
    public static void AllocatedAtMost(long allowed, Action action)
    {
        for (var i = 0; i < 3; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        That(bytes <= allowed, allowed == 0
            ? $"no managed memory was expected to be allocated, but it was {bytes} bytes"
            : $"at most {allowed} bytes of managed memory were expected to be allocated, but it was {bytes}");
    }
}
