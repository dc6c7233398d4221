using Microsoft.ML.Data;

namespace Experiments.Alternatives;

/// <summary>An event as ML.NET reads it: a sparse vector a slot. A slot that the log does not have is a vector of one zero.</summary>
internal sealed class FactorizationRow
{
    /// <summary>How many slots a row has room for.</summary>
    public const int MaxSlots = 5;

    public bool Label { get; set; }

    public VBuffer<float> Slot0 { get; set; }

    public VBuffer<float> Slot1 { get; set; }

    public VBuffer<float> Slot2 { get; set; }

    public VBuffer<float> Slot3 { get; set; }

    public VBuffer<float> Slot4 { get; set; }
}
