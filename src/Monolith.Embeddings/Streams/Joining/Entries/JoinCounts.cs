using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Entries;

/// <summary>What a joiner counts of what it processes: functions of the frontier alone.</summary>
internal record struct JoinCounts
{
    /// <summary>Examples with an action at least.</summary>
    public long Joined { get; set; }

    /// <summary>Examples without any.</summary>
    public long Defaults { get; set; }

    /// <summary>Positives of actions after the close.</summary>
    public long LatePositives { get; set; }

    /// <summary>Impressions that came twice.</summary>
    public long Duplicates { get; set; }

    /// <summary>Actions that came twice.</summary>
    public long DuplicateActions { get; set; }

    /// <summary>Impressions dropped since their key was another's.</summary>
    public long Conflicts { get; set; }

    /// <summary>Actions without an impression.</summary>
    public long Unmatched { get; set; }

    /// <summary>Actions dropped since their impression was closed.</summary>
    public long AfterClose { get; set; }

    /// <summary>Labels outside 0 to 1.</summary>
    public long Clamped { get; set; }

    /// <summary>Impressions dropped since an id of theirs was forgotten.</summary>
    public long Forgotten { get; set; }

    public static JoinCounts Read(ref FieldReader fields) => new()
    {
        Joined = fields.Int64(),
        Defaults = fields.Int64(),
        LatePositives = fields.Int64(),
        Duplicates = fields.Int64(),
        DuplicateActions = fields.Int64(),
        Conflicts = fields.Int64(),
        Unmatched = fields.Int64(),
        AfterClose = fields.Int64(),
        Clamped = fields.Int64(),
    };

    public readonly void Write(FieldWriter fields)
    {
        fields.Int64(Joined);
        fields.Int64(Defaults);
        fields.Int64(LatePositives);
        fields.Int64(Duplicates);
        fields.Int64(DuplicateActions);
        fields.Int64(Conflicts);
        fields.Int64(Unmatched);
        fields.Int64(AfterClose);
        fields.Int64(Clamped);
    }
}
