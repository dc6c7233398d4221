namespace Experiments.Alternatives;

/// <summary>What ML.NET predicts for an event.</summary>
internal sealed class FactorizationScore
{
    /// <summary>The logit.</summary>
    public float Score { get; set; }
}
