namespace Seven.Training;

/// <summary>Tasks of GLUE (Wang et al., 2018) on which the authors of SEVEN prune BERT: what <see cref="PruningPresets.Paper(GlueTask, double)"/> takes its schedule from.</summary>
/// <remarks>
/// Updates in batches of 32, and the task's rows of training:
/// <list type="table">
/// <listheader><term>Task</term><description>rows; updates before pruning; updates of pruning</description></listheader>
/// <item><term>MNLI</term><description>392,702; 5,400; 16,600</description></item>
/// <item><term>QQP</term><description>363,846; 5,400; 16,600</description></item>
/// <item><term>QNLI</term><description>104,743; 2,000; 12,000</description></item>
/// <item><term>SST-2</term><description>67,349; 1,000; 4,000</description></item>
/// <item><term>CoLA</term><description>8,551; 500; 1,000</description></item>
/// <item><term>STS-B</term><description>5,749; 500; 2,000</description></item>
/// <item><term>MRPC</term><description>3,668; 300; 600</description></item>
/// <item><term>RTE</term><description>2,490; 200; 1,000</description></item>
/// </list>
/// </remarks>
public enum GlueTask
{
    /// <summary>Whether a sentence follows from another, contradicts it, or neither, over several kinds of text.</summary>
    Mnli,

    /// <summary>Whether two questions of Quora mean the same.</summary>
    Qqp,

    /// <summary>Whether a sentence answers a question.</summary>
    Qnli,

    /// <summary>Whether a sentence of a film review is positive.</summary>
    Sst2,

    /// <summary>Whether a sentence is grammatical.</summary>
    Cola,

    /// <summary>How alike two sentences are, from 0 to 5.</summary>
    Stsb,

    /// <summary>Whether two sentences of the news mean the same.</summary>
    Mrpc,

    /// <summary>Whether a sentence follows from another.</summary>
    Rte,
}
