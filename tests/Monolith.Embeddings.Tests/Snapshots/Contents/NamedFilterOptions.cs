using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Snapshots.Contents;

/// <summary>A filter with any name, which lets everybody in.</summary>
internal sealed class NamedFilterOptions(string? name) : AdmissionFilterOptions
{
    public override int CountersPerId => 0;

    public override AdmissionFilter Create(in AdmissionContext context) => new Named(name);

    public override void CollectErrors(OptionErrors errors)
    {
    }

    private sealed class Named(string? name) : AdmissionFilter
    {
        public override string Name => name!;

        public override bool Admit(in AdmissionRequest request) => true;
    }
}
