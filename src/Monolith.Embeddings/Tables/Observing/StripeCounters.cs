namespace Monolith.Embeddings.Tables.Observing;

/// <summary>What happened in a stripe since it was made. The stripe's lock covers it.</summary>
internal struct StripeCounters
{
    /// <summary>Rows created.</summary>
    public long Created;

    /// <summary>Ids that were to get a row, or to be counted, when the memory limit was reached.</summary>
    public long Refused;

    /// <summary>Rows removed by the expiry policy.</summary>
    public long Expired;

    /// <summary>Rows that made room for others at the limit.</summary>
    public long Evicted;

    /// <summary>Rows removed by the caller, one by one.</summary>
    public long Removed;

    /// <summary>Rows removed by the caller, all at once.</summary>
    public long Cleared;

    /// <summary>Gradients dropped because their id had no row.</summary>
    public long DroppedGradients;

    /// <summary>Gradients skipped because they held NaN or an infinity.</summary>
    public long NonFiniteGradients;

    /// <summary>Gradients refused because a number of the row would not have been finite.</summary>
    public long NonFiniteUpdates;

    /// <summary>Rows refused because a number of them was not finite.</summary>
    public long NonFiniteValues;

    /// <summary>Changes of rows dropped because a number of the result did not fit its precision.</summary>
    public long PrecisionOverflows;

    /// <summary>Ids that lookups asked for.</summary>
    public long LookedUp;

    /// <summary>Ids that lookups found.</summary>
    public long Found;

    public void CountRemoval(RemovalCause cause)
    {
        if (cause == RemovalCause.Expired) Expired++;
        else if (cause == RemovalCause.Evicted) Evicted++;
        else Removed++;
    }

    public void CountRefusal(RefusalKind kind)
    {
        if (kind == RefusalKind.NonFiniteGradient) NonFiniteGradients++;
        else if (kind == RefusalKind.NonFiniteUpdate) NonFiniteUpdates++;
        else if (kind == RefusalKind.NonFiniteValue) NonFiniteValues++;
        else PrecisionOverflows++;
    }

    public void Add(in StripeCounters other)
    {
        Created += other.Created;
        Refused += other.Refused;
        Expired += other.Expired;
        Evicted += other.Evicted;
        Removed += other.Removed;
        Cleared += other.Cleared;
        DroppedGradients += other.DroppedGradients;
        NonFiniteGradients += other.NonFiniteGradients;
        NonFiniteUpdates += other.NonFiniteUpdates;
        NonFiniteValues += other.NonFiniteValues;
        PrecisionOverflows += other.PrecisionOverflows;
        LookedUp += other.LookedUp;
        Found += other.Found;
    }
}
