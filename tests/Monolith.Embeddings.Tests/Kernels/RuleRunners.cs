using Monolith.Embeddings.Kernels;

namespace Monolith.Embeddings.Tests.Kernels;

/// <summary>Every rule of the library's optimizers.</summary>
internal static class RuleRunners
{
    public static IEnumerable<object> All =>
    [
        new StatelessRunner<SgdRule>(new SgdRule(0.1f, 0.01f)),
        new OneStateRunner<AdagradRule>(new AdagradRule(0.1f, 0.01f, 1e-3f)),
        new TwoStateRunner<AdamRule>(new AdamRule(0.1f, 0.01f, 0.1f, 0.001f, 1e-8f, 1.7f, 3.1f)),
        new TwoStateRunner<FtrlRule>(new FtrlRule(0.05f, 1, 0, 0)),
        new TwoStateRunner<FtrlRule>(new FtrlRule(0.05f, 1, 0.4f, 0.3f)),
    ];
}
