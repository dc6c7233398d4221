using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Admission;

/// <summary>Which ids may get a row. Derive from it to plug in a filter of your own.</summary>
public abstract class AdmissionFilterOptions : IValidatedOptions
{
    /// <summary>Whether the filter reads the slot bits of ids, so that the table's ids must carry them. Default false.</summary>
    public virtual bool NeedsSlots => false;

    /// <summary>
    /// How many counters of its own the filter may begin for one id that it is asked about; 0 where its memory does not grow with the ids.
    /// Default 1. A table whose filter counts sets a quarter of its memory aside for that, and refuses new ids when it is spent.
    /// </summary>
    public virtual int CountersPerId => 1;

    /// <summary>
    /// The memory in bytes that the filters of all stripes together take from the start, whatever they see. Default 0. Rows get as much
    /// less.
    /// </summary>
    public virtual long FixedBytes => 0;

    /// <summary>
    /// Creates the filter of one stripe of a table; called once for each stripe, after validation. Later changes to these options do not
    /// reach it.
    /// </summary>
    /// <param name="context">Which ids the filter is for.</param>
    public abstract AdmissionFilter Create(in AdmissionContext context);

    /// <inheritdoc />
    public abstract void CollectErrors(OptionErrors errors);
}
