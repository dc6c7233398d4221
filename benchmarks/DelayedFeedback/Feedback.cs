namespace DelayedFeedback;

/// <summary>When an impression becomes an example.</summary>
internal enum Feedback
{
    /// <summary>When its window closes.</summary>
    Wait,

    /// <summary>As a positive when its action comes, as a negative when its window closes.</summary>
    EarlyPositive,

    /// <summary>As a negative at once, and as a positive as well when its action comes.</summary>
    FakeNegative,
}
