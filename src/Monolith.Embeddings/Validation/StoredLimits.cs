namespace Monolith.Embeddings.Validation;

/// <summary>
/// What a snapshot can hold. The one table for those who write, those who read, and those who check options: what a set may be made of, a
/// file takes, and what a file takes, a restore takes.
/// </summary>
internal static class StoredLimits
{
    /// <summary>The most tables in a set.</summary>
    public const int Tables = 512;

    /// <summary>The most segments in a row.</summary>
    public const int Segments = 4096;

    /// <summary>The most floats of optimizer state in a row.</summary>
    public const int RowState = 1 << 20;

    /// <summary>The longest name of a table, a segment or a section, in bytes of UTF-8.</summary>
    public const int NameBytes = 256;

    /// <summary>The longest name of a plug-in of a table, in bytes of UTF-8: one that combines others names them all.</summary>
    public const int PlugInNameBytes = 4096;

    /// <summary>The longest text that describes a part of a schema, in bytes of UTF-8.</summary>
    public const int DescriptionBytes = 1 << 16;

    /// <summary>The most named sections beside the tables, such as the dense model.</summary>
    public const int NamedSections = 1024;

    /// <summary>The most segments of incremental sections that live at a commit.</summary>
    public const int LivingSegments = 1 << 16;

    /// <summary>Rows, removals and the state of admission.</summary>
    public const int SectionsPerTable = 3;

    /// <summary>Those that describe the tables and the schema.</summary>
    public const int DescribingSections = 2;

    /// <summary>The most sections in a file.</summary>
    public const int Sections = (SectionsPerTable * Tables) + DescribingSections + NamedSections;

    /// <summary>The longest payload of a block, and so the longest row: what bounds a reader's memory.</summary>
    public const int PayloadBytes = 1 << 20;

    /// <summary>The longest header of a file.</summary>
    public const int HeaderBytes = 1 << 20;

    /// <summary>The most bytes that tell schemas apart.</summary>
    public const int FingerprintBytes = 256;

    /// <summary>The most plug-ins that a header names.</summary>
    public const int PlugIns = 4096;

    /// <summary>The last cut that a chain may go on from: cuts are numbered one by one.</summary>
    public const ulong Cut = long.MaxValue;

    /// <summary>The longest name of a model, or of an optimizer of its dense weights, in bytes of UTF-8.</summary>
    public const int ModelNameBytes = 1024;
}
