using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Rows;

/// <summary>A row in place. Valid while its stripe is locked and until the stripe's rows next change in number.</summary>
internal readonly unsafe struct Row(byte* address)
{
    public byte* Address => address;

    /// <summary>The first weight; the others and the states follow.</summary>
    public float* Floats => (float*)(address + RowLayout.HeaderBytes);

    public long Key
    {
        get => *(long*)(address + RowLayout.KeyOffset);
        set => *(long*)(address + RowLayout.KeyOffset) = value;
    }

    /// <summary>The newest event time that changed the row, in seconds since the Unix epoch.</summary>
    public uint LastUpdate
    {
        get => *(uint*)(address + RowLayout.LastUpdateOffset);
        set => *(uint*)(address + RowLayout.LastUpdateOffset) = value;
    }

    /// <summary>When the row was last written, by the table's <see cref="ChangeClock"/>.</summary>
    public uint Stamp
    {
        get => *(uint*)(address + RowLayout.StampOffset);
        set => *(uint*)(address + RowLayout.StampOffset) = value;
    }

    /// <summary>All weights in their place.</summary>
    /// <exception cref="InvalidOperationException">
    /// Some are stored in 16 bits: as floats they would be other numbers, and reach into the next row.
    /// </exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> PlainWeights(RowLayout layout)
    {
        if (!layout.HasPlainWeights) ThrowPacked();
        return FloatsAt(0, layout.Dimension);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Weights(in RowSegment segment) => FloatsAt(segment.WeightOffset, segment.Dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> State(in RowSegment segment) => FloatsAt(segment.StateOffset, segment.StateLength);

    /// <summary>How many occurrences the row was created for and learned from; 0 where that is not tracked.</summary>
    public uint Frequency(RowLayout layout) => Column(layout.FrequencyOffset);

    /// <summary>The event time of the call that created the row, in seconds since the Unix epoch; 0 where that is not tracked.</summary>
    public uint AdmittedAt(RowLayout layout) => Column(layout.AdmissionTimeOffset);

    /// <summary>Sets the event time of the call that created the row, where that is tracked.</summary>
    public void SetAdmittedAt(RowLayout layout, uint eventTime)
    {
        if (layout.AdmissionTimeOffset != 0) *(uint*)(address + layout.AdmissionTimeOffset) = eventTime;
    }

    /// <summary>Begins what a new row is to track.</summary>
    public void Track(RowLayout layout, uint occurrences, uint eventTime)
    {
        if (layout.FrequencyOffset != 0) *(uint*)(address + layout.FrequencyOffset) = occurrences;
        if (layout.AdmissionTimeOffset != 0) *(uint*)(address + layout.AdmissionTimeOffset) = eventTime;
    }

    /// <summary>Adds occurrences where they are tracked; the sum stops at the largest number.</summary>
    public void Count(RowLayout layout, int occurrences)
    {
        if (layout.FrequencyOffset == 0) return;
        var frequency = (uint*)(address + layout.FrequencyOffset);
        *frequency = (uint)Math.Min(uint.MaxValue, *frequency + (ulong)occurrences);
    }

    /// <summary>The count of occurrences where it decays: a float in place of a whole number.</summary>
    public ref float DecayingFrequency(RowLayout layout) => ref *(float*)(address + layout.FrequencyOffset);

    [DoesNotReturn]
    private static void ThrowPacked() =>
        throw new InvalidOperationException($"Weights of 16 bits are no floats; read them with {nameof(RowPacking)}.");

    private uint Column(int offset) => offset == 0 ? 0 : *(uint*)(address + offset);

    private Span<float> FloatsAt(int offset, int length) => new((float*)(address + RowLayout.HeaderBytes) + offset, length);
}
