namespace Monolith.Embeddings.Models;

/// <summary>
/// Examples for <see cref="DelayModelLoss"/>, [rows] each: what a model with two outputs made of them, and what came of them. Belongs to
/// the caller; read only.
/// </summary>
public readonly ref struct DelayModelExamples
{
    /// <summary>Creates it.</summary>
    public DelayModelExamples()
    {
    }

    /// <summary>The first output: the log-odds that the action ever comes.</summary>
    public required ReadOnlySpan<float> Logits { get; init; }

    /// <summary>The second output: the natural logarithm of the delay's rate, in actions a <see cref="Unit"/>.</summary>
    public required ReadOnlySpan<float> LogRates { get; init; }

    /// <summary>0 to 1: whether the action came; NaN where it was not observed.</summary>
    public required ReadOnlySpan<float> Labels { get; init; }

    /// <summary>
    /// In seconds, from the impression: for a positive to the action, for a negative how long it has waited without one. Below 0, of an
    /// action that came before its impression, counts as 0; NaN where it is not known.
    /// </summary>
    public required ReadOnlySpan<float> Delays { get; init; }

    /// <summary>The unit of time of the rates: the task's <see cref="Features.LabelTask.DelayUnit"/>. Default an hour.</summary>
    public TimeSpan Unit { get; init; } = TimeSpan.FromHours(1);
}
