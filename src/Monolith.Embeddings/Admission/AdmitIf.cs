using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>Admits the ids that a predicate says so of, each time anew. Nothing is remembered.</summary>
public sealed class AdmitIf : AdmissionOptions
{
    /// <summary>Creates options without a predicate.</summary>
    public AdmitIf()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="predicate">Says whether an id may get a row.</param>
    public AdmitIf(AdmissionPredicate predicate) => Predicate = predicate;

    /// <summary>Says whether an id may get a row; needed.</summary>
    public AdmissionPredicate? Predicate { get; set; }

    /// <inheritdoc />
    public override int CountersPerId => 0;

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context)
    {
        OptionErrors.ThrowIfInvalid(this);
        return new PredicateFilter(Predicate!);
    }

    /// <summary>The options, for messages.</summary>
    public override string ToString() => nameof(AdmitIf);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors) => errors.Require(Predicate is not null, nameof(Predicate), "is null, but a predicate is needed.");
}
