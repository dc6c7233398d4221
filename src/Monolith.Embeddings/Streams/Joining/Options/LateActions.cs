namespace Monolith.Embeddings.Streams;

/// <summary>What becomes of actions that come late, or that happen after the window of their impression.</summary>
public enum LateActions
{
    /// <summary>They are dropped and counted: each label is what the window saw.</summary>
    Drop,

    /// <summary>
    /// An action that is late while its window is open counts like others. One whose impression is closed, and remembered, makes a positive
    /// that is marked late, once for each task of an impression that had no action before; metrics leave it out. The negative went out
    /// before it, so that for this part of the impressions the model sees p / (1 + p) in place of p, p being the rate of such actions.
    /// </summary>
    Emit,
}
