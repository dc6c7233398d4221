using Monolith.Embeddings.Admission.Counting;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>
/// Counts in fixed memory: the ids seen last are remembered by a signature each, the others forgotten. Two ids with the same signature in
/// the same cache line count as one, so that now and then an id gets its row early, or one that should not; how often is measured in
/// <c>docs/design/admission.md</c>.
/// </summary>
public sealed class SketchCounterOptions : OccurrenceCounterOptions
{
    /// <summary>The least memory: 65,536 bytes, a cache line a partition.</summary>
    public const long MinBytes = AdmissionContext.Partitions * SketchLayout.LineBytes;

    /// <summary>The most memory: 256 GiB.</summary>
    public const long MaxBytes = MinBytes << 22;

    /// <summary>
    /// The memory of the whole table's sketch in bytes, <see cref="MinBytes"/> to <see cref="MaxBytes"/>; rounded down to a multiple of
    /// <see cref="MinBytes"/>. Default 64 MiB. It is taken from the start, and rows get as much less.
    /// </summary>
    public long Bytes { get; set; } = 64 << 20;

    /// <summary>
    /// In place of <see cref="Bytes"/>, about how many distinct ids the sketch remembers, those seen last: at least 1; rounded up to whole
    /// lines in all partitions, so to a multiple of some 25,000. Null by default. Lines fill by chance: a capacity of just the number of
    /// distinct ids keeps some 92 % of their counters; 1.35 times as much keeps 99 %, and 1.65 times 99.9 %, at 16 bits and a threshold of
    /// 5 (docs/design/admission.md has more).
    /// </summary>
    public long? Capacity { get; set; }

    /// <summary>
    /// How many bits tell the ids of one cache line apart: 8, 16 or 32. Default 16, with which one question in about 2,500 meets another
    /// id's counter. With 32 it is one in several hundred million, and half as many ids fit; 8 is for thresholds that need not be kept.
    /// </summary>
    public int SignatureBits { get; set; } = 16;

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Bytes), Bytes, MinBytes, MaxBytes);
        if (Capacity is { } capacity) errors.InRange(nameof(Capacity), capacity, 1, MaxBytes / SketchLayout.LineBytes);
        errors.Require(SignatureBits is 8 or 16 or 32, nameof(SignatureBits), $"{SignatureBits} is not 8, 16 or 32.");
    }

    /// <summary>The options, for messages.</summary>
    public override string ToString()
    {
        var size = Capacity is { } capacity ? $"{nameof(Capacity)} {capacity}" : $"{nameof(Bytes)} {Bytes}";
        return $"SketchCounter({size}, {nameof(SignatureBits)} {SignatureBits})";
    }

    internal override bool Grows => false;

    internal override long FixedBytes(int mostOccurrences) => LinesPerPartition(mostOccurrences) * MinBytes;

    internal override OccurrenceCounts Create(int mostOccurrences, HalfLife halfLife, in AdmissionContext context) =>
        new SketchCounts(SketchLayout.For(SignatureBits, mostOccurrences), (int)LinesPerPartition(mostOccurrences), halfLife, in context);

    private long LinesPerPartition(int mostOccurrences)
    {
        if (Capacity is not { } capacity) return Bytes / MinBytes;
        var perLine = AdmissionContext.Partitions * (long)SketchLayout.For(SignatureBits, mostOccurrences).Entries;
        return (capacity + perLine - 1) / perLine;
    }
}
