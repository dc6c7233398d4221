namespace Monolith.Embeddings.Kernels;

/// <summary>A rule whose constants depend in part on the row.</summary>
internal interface IAdamRule
{
    /// <summary>Sets those of the next row, for <see cref="ITwoStateRule"/> or <see cref="IThreeStateRule"/>.</summary>
    AdamFactors Factors { set; }

    /// <summary>One step of each row, of whole lanes.</summary>
    /// <param name="steps">Whose corrections are all known.</param>
    /// <param name="rows">The rows.</param>
    void RunWhole<TLane, TSteps>(in TSteps steps, in SegmentRows rows)
        where TLane : unmanaged, ILane<TLane>
        where TSteps : struct, IAdamSteps;
}
