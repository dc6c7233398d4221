using Monolith.Embeddings.Kernels.Rules;

namespace Monolith.Embeddings.Tests.Kernels.Loops;

/// <summary>Every rule of the library's optimizers.</summary>
internal static class RuleRunners
{
    public static IEnumerable<object> All =>
    [
        .. OverSpans,
        new AdamRunner<PaperAdamTerms>(Step(0.01f, 0), Plain),
        new AdamRunner<AllAdamTerms>(Step(0, 0.001f), LookingAhead),
        new AdamRunner<AmsGradTerms<PaperAdamTerms>>(Step(0.01f, 0), Plain),
        new AdamRunner<AmsGradTerms<AllAdamTerms>>(Step(0, 0.001f), LookingAhead),
    ];

    /// <summary>Those that take spans, whose lengths they check.</summary>
    public static IEnumerable<object> OverSpans =>
    [
        new StatelessRunner<SgdRule>(new SgdRule(0.1f, 0.01f)),
        new StatelessRunner<MovingAverageRule>(new MovingAverageRule(0.9f)),
        new StatelessRunner<MovingMeanRule>(new MovingMeanRule(0.9f, 3)),
        new OneStateRunner<MomentumRule>(new MomentumRule(0.1f, 0.01f, 0.9f)),
        new OneStateRunner<NesterovRule>(new NesterovRule(0.1f, 0.01f, 0.9f)),
        new OneStateRunner<AdagradRule>(new AdagradRule(0.1f, 0.01f, 1e-3f)),
        new OneStateRunner<DecoupledAdagradRule>(new DecoupledAdagradRule(0.1f, 0.01f, 1e-3f)),
        new OneStateRunner<RmsPropRule>(new RmsPropRule(0.1f, 0.01f, 0.9f, 0.1f, 1e-7f)),
        new OneStateRunner<RmsPropRule>(new RmsPropRule(0.1f, 0, 0.9f, 1, 1e-7f)),
        new WholeLaneRunner<AdadeltaRule>(new AdadeltaRule(1, 0.01f, 0.95f, 1e-6f)),
        new WholeLaneRunner<FtrlRule>(new FtrlRule(0.05f, 1, 0, 0)),
        new WholeLaneRunner<FtrlRule>(new FtrlRule(0.05f, 1, 0.4f, 0.3f)),
    ];

    private static AdamFactors Plain => new(1.7f, 0, 1e-8f);

    private static AdamFactors LookingAhead => new(1.6f, 0.1f, 1e-8f);

    private static AdamStep Step(float weightDecay, float shrinkage) => new(weightDecay, shrinkage, 0.1f, 0.001f);
}
