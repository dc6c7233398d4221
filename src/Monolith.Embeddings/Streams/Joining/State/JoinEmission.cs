namespace Monolith.Embeddings.Streams.Joining.State;

/// <summary>An example that goes out.</summary>
internal struct JoinEmission
{
    /// <summary>The impression's place in the journal.</summary>
    public long Impression;

    /// <summary>Seconds from the impression to the action, or that were waited; NaN where it is not written.</summary>
    public float Delay;

    /// <summary>Where its key stands among the keys of the list.</summary>
    public int KeyAt;

    /// <summary>The bytes of the key.</summary>
    public int KeyLength;

    /// <summary>Where its labels stand among those of the list.</summary>
    public int LabelsAt;

    /// <summary>The index of the task of a positive; else -1.</summary>
    public int Task;

    /// <summary>Why it goes out.</summary>
    public EmissionKind Kind;

    /// <summary>Whether there is an action in it.</summary>
    public bool IsJoined;
}
