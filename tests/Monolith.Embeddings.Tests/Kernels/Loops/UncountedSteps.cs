using Monolith.Embeddings.Kernels.Rules;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>Corrections that do not depend on the number of a step: it is neither read nor written.</summary>
internal readonly struct UncountedSteps(AdamFactors factors) : IAdamSteps
{
    public bool AreKnown => true;

    public void Keep(ref float count, ref float kept)
    {
    }

    public AdamFactors Count(ref float count) => factors;

    public AdamFactors CountKnown<TTerms>(ref float count)
        where TTerms : struct, IAdamTerms => factors;
}
