namespace Monolith.Embeddings.Training;

/// <summary>What corrects the logits of a task behind the model.</summary>
public enum CalibrationMethod
{
    /// <summary>A slope and an intercept (Platt 1999): right for a level and a steepness that are off, and soon known.</summary>
    Platt,

    /// <summary>
    /// A monotone table over 128 buckets of the logit (isotonic regression, Zadrozny and Elkan 2002), interpolated between its knots: it
    /// straightens bends as well. A bucket begins where <see cref="Platt"/> puts it, and stands half way between that and its own labels
    /// after 5 / (p (1 - p)) examples by weight: 20 where p = 1/2, 500 where p = 1/100.
    /// </summary>
    Isotonic,
}
