namespace Monolith.Embeddings.Kernels.Rules;

/// <summary>Counts the steps of rows.</summary>
internal interface IAdamSteps
{
    /// <summary>Whether what depends on the number of a step is known for every number, and need not be computed.</summary>
    bool AreKnown { get; }

    /// <summary>Keeps a row's count before it goes on.</summary>
    void Keep(ref float count, ref float kept);

    /// <summary>Counts a step of a row, and says what depends on its number.</summary>
    /// <param name="count">How many steps there were.</param>
    AdamFactors Count(ref float count);

    /// <summary>
    /// The same where <see cref="AreKnown"/>. Calls nothing, because a call between the rows would keep the constants of all in memory.
    /// </summary>
    AdamFactors CountKnown<TTerms>(ref float count)
        where TTerms : struct, IAdamTerms;
}
