namespace Monolith.Embeddings.Admission.Filters;

/// <summary>Asks a predicate.</summary>
internal sealed class AdmitIf(AdmissionPredicate predicate) : AdmissionFilter
{
    public override string Name => "admit-if";

    public override bool IsPending(long id) => true;

    public override bool Admit(in AdmissionRequest request) => predicate(in request);
}
