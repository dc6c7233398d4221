using Monolith.Embeddings.Admission.Filters;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>Admits the ids that a predicate says so of, asked each time. Nothing is remembered.</summary>
public sealed class AdmitIfOptions : AdmissionFilterOptions
{
    /// <summary>Creates options without a predicate.</summary>
    public AdmitIfOptions()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="predicate">Says whether an id may get a row.</param>
    public AdmitIfOptions(AdmissionPredicate predicate) => Predicate = predicate;

    /// <summary>Says whether an id may get a row; needed.</summary>
    public AdmissionPredicate? Predicate { get; set; }

    /// <inheritdoc />
    public override int CountersPerId => 0;

    /// <inheritdoc />
    public override AdmissionFilter Create(in AdmissionContext context)
    {
        OptionErrors.ThrowIfInvalid(this);
        return new AdmitIf(Predicate!);
    }

    /// <summary>The options, for messages.</summary>
    public override string ToString() => nameof(AdmitIf);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors) =>
        errors.Require(Predicate is not null, nameof(Predicate), "is null, but a predicate is needed.");
}
