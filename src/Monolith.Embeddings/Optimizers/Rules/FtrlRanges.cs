using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Optimizers.Rules;

/// <summary>What the options of FTRL must fulfil, of single weights and of whole rows.</summary>
internal static class FtrlRanges
{
    /// <summary>What a schedule would break.</summary>
    public const string WhyNoSchedule = "z sums steps that were scaled by the learning rate, which must therefore stay constant";

    public static void Collect(OptionErrors errors, float beta, float l1, float l2, float initialAccumulator)
    {
        errors.InRange(nameof(FtrlOptions.Beta), beta, 0);
        errors.InRange(nameof(FtrlOptions.L1), l1, 0);
        errors.InRange(nameof(FtrlOptions.L2), l2, 0);
        errors.InRange(nameof(FtrlOptions.InitialAccumulator), initialAccumulator, 0);
        errors.Require(beta + initialAccumulator != 0, nameof(FtrlOptions.Beta),
            $"and {nameof(FtrlOptions.InitialAccumulator)} are both 0, so that a zero gradient would divide by 0; one must exceed 0.");
    }
}
