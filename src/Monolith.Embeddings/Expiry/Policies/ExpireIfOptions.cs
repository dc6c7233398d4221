using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Expiry;

/// <summary>A row dies when a predicate of the user's own says so. Options of <see cref="ExpireIf"/>.</summary>
public sealed class ExpireIfOptions : ExpiryPolicyOptions
{
    /// <summary>Creates the options.</summary>
    /// <param name="predicate">Says whether a row is expired.</param>
    public ExpireIfOptions(RowPredicate predicate) => Predicate = predicate;

    /// <summary>Says whether a row is expired. The rules of <see cref="ExpiryPolicy"/> hold for it: thread-safe, quick, and by the row and
    /// the time alone.</summary>
    public RowPredicate Predicate { get; set; }

    /// <summary>The name in files and messages. Default <c>expire-if</c>.</summary>
    public string Name { get; set; } = "expire-if";

    /// <summary>Whether the predicate reads <see cref="RowMetadata.Weights"/>. Default false.</summary>
    public bool ReadsWeights { get; set; }

    /// <summary>Whether the predicate reads <see cref="RowMetadata.Frequency"/>, so that the table must track it. Default false.</summary>
    public bool NeedsFrequency { get; set; }

    /// <summary>Whether the predicate reads <see cref="RowMetadata.AdmittedAt"/>, so that the table must track it. Default false.</summary>
    public bool NeedsAdmissionTime { get; set; }

    /// <inheritdoc />
    public override ExpiryPolicy Create() => new ExpireIf(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.Require(Predicate is not null, nameof(Predicate), "is null, but a predicate is needed.");
        errors.Require(!string.IsNullOrWhiteSpace(Name), nameof(Name), "is empty; a policy needs a name.");
    }

    /// <inheritdoc />
    public override void CollectTableErrors(OptionErrors errors, TableTraits table)
    {
        errors.Require(table.TracksFrequency
            || !NeedsFrequency, nameof(NeedsFrequency), "is set, but the table does not track it; set TrackFrequency.");
        errors.Require(table.TracksAdmissionTime
            || !NeedsAdmissionTime, nameof(NeedsAdmissionTime), "is set, but the table does not track it; set TrackAdmissionTime.");
    }
}
