using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Eviction;

/// <summary>Which rows go when a table is full. Derive from it to plug in a policy of your own.</summary>
public abstract class EvictionPolicyOptions : IValidatedOptions
{
    /// <summary>Whether the policy reads <see cref="RowMetadata.Frequency"/>, which a table keeps only if told to. Default false.</summary>
    public virtual bool NeedsFrequency => false;

    /// <summary>
    /// Whether the policy reads <see cref="RowMetadata.AdmittedAt"/>, which a table keeps only if told to. Default false.
    /// </summary>
    public virtual bool NeedsAdmissionTime => false;

    /// <summary>
    /// The half-life by which the table's counts of occurrences are to decay; null (the default) where they are to keep their weight.
    /// </summary>
    public virtual TimeSpan? FrequencyHalfLife => null;

    /// <summary>Creates the policy. Called after validation; later changes to these options do not reach it.</summary>
    public abstract EvictionPolicy Create();

    /// <inheritdoc />
    public virtual void CollectErrors(OptionErrors errors)
    {
    }

    /// <summary>Adds one message for each thing that the policy needs and the table has not.</summary>
    /// <param name="errors">Receives the messages.</param>
    /// <param name="name">The property that holds these options.</param>
    /// <param name="table">The table.</param>
    public void CollectTableErrors(OptionErrors errors, string name, TableTraits table)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(table);
        errors.Require(table.TracksFrequency || !NeedsFrequency, name, "reads the frequency of rows; set TrackFrequency.");
        errors.Require(table.TracksAdmissionTime || !NeedsAdmissionTime, name, "reads the admission time of rows; set TrackAdmissionTime.");
        errors.Require(!NeedsFrequency || FrequencyHalfLife == table.FrequencyHalfLife, name,
            $"counts occurrences with a half-life of {Words(FrequencyHalfLife)}, but another policy of the table with "
            + $"{Words(table.FrequencyHalfLife)}; a row has one count.");
    }

    private static string Words(TimeSpan? halfLife) => halfLife is { } time ? time.ToString("c") : "none";
}
