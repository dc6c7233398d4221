using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>An initializer with any name.</summary>
internal sealed class NamedInitializerOptions(string? name) : InitializerOptions
{
    public override Initializer Create() => new Named(name);

    public override void CollectErrors(OptionErrors errors)
    {
    }

    private sealed class Named(string? name) : Initializer
    {
        public override string Name => name!;

        public override void Initialize(ulong key, Span<float> weights) => weights.Clear();
    }
}
