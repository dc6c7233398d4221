using System.Globalization;
using Monolith.Embeddings.Admission.Filters;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>
/// Admits an id with a probability that grows with its occurrences in the batch, and remembers nothing: one draw from a hash of (seed,
/// table, id, step), so that two runs agree, and the lookup and the gradient of one step do too.
/// </summary>
public sealed class AdmitWithProbabilityOptions : AdmissionFilterOptions
{
    /// <summary>Creates the defaults.</summary>
    public AdmitWithProbabilityOptions()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="occurrences">N, at least 0.</param>
    public AdmitWithProbabilityOptions(double occurrences) => Occurrences = occurrences;

    /// <summary>N: at least 0, finite; up to 1 admits at once. Default 1.</summary>
    public double Occurrences { get; set; } = 1;

    /// <summary>How the probability follows from the count c in the batch and N. Default: <see cref="AdmissionChance.Unequal"/>.</summary>
    public AdmissionChance Chance { get; set; }

    /// <inheritdoc />
    public override int CountersPerId => 0;

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context) => new AdmitWithProbability(this, in context);

    /// <summary>The options, for messages.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{nameof(AdmitWithProbability)}({Occurrences:R}, {Chance})");

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(Occurrences), Occurrences, 0);
        errors.Require(Enum.IsDefined(Chance), nameof(Chance), $"{Chance} is not a form.");
    }
}
