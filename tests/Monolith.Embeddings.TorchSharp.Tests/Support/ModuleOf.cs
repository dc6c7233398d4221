using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests.Support;

/// <summary>A module whose <c>forward</c> is a function of the test's, over one linear layer of the pooled vectors.</summary>
public sealed class ModuleOf : nn.Module<TorchInputs, TorchResult>
{
    private readonly Func<ModuleOf, TorchInputs, TorchResult> _forward;

    public ModuleOf(int inputs, Func<ModuleOf, TorchInputs, TorchResult> forward)
        : base(nameof(ModuleOf))
    {
        using var generator = manual_seed(3);
        (Layer, _forward) = (nn.Linear(inputs, 1), forward);
        register_module("layer", Layer);
    }

    public Linear Layer { get; }

    public override TorchResult forward(TorchInputs input) => _forward(this, input);
}
