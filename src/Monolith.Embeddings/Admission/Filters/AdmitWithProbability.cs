using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Kernels.Functions;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission.Filters;

/// <summary>Draws for each question. Immutable.</summary>
internal sealed class AdmitWithProbability : AdmissionFilter
{
    private const double LogOfOneTwentieth = -2.995732273553991;

    private readonly double _occurrences;
    private readonly AdmissionChance _chance;
    private readonly ulong _key;

    public AdmitWithProbability(AdmitWithProbabilityOptions options, in AdmissionContext context)
    {
        OptionErrors.ThrowIfInvalid(options);
        (_occurrences, _chance) = (options.Occurrences, options.Chance);
        _key = KeyMixer.Combine(context.Seed, TextHash.Of($"admission of {context.Table}"));
    }

    public override string Name => "admit-with-probability";

    public override bool IsPending(long id) => true;

    public override bool Admit(in AdmissionRequest request) => _occurrences <= 1 || Draw(in request) < Probability(request.Count);

    private double Probability(int count) =>
        _chance == AdmissionChance.Unequal ? count / _occurrences : 1 - ExactMath.Exp(LogOfOneTwentieth * (count / _occurrences));

    // Evenly spread over [0, 1), in steps of 2^-53.
    private double Draw(in AdmissionRequest request)
    {
        var ofId = KeyMixer.Combine(_key, AdmissionContext.MixedId(request.Id));
        return (KeyMixer.Combine(ofId, unchecked((ulong)request.Step)) >> 11) * (1.0 / (1UL << 53));
    }
}
